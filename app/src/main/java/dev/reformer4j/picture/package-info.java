/// Pictures of attention and of training, drawn as SVG: one class a picture, each told what to draw
/// in plain numbers. They carry no script and load nothing; colours come from
/// [dev.reformer4j.picture.Theme], for light and dark alike, and are told apart by colour-blind
/// readers too.
package dev.reformer4j.picture;
