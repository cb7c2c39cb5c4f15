/// The model against Hugging Face, on data made by `make_model_golden.py`.
package dev.reformer4j.model.golden;
