/// Explaining an attention: what to explain, what was found out about it, and the two ways to show
/// it, in the terminal and as one page that needs nothing but a browser.
package dev.reformer4j.explain;
