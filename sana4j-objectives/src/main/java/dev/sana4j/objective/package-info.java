/**
 * Losses for training models, and gradient checkpointing for large networks.
 *
 * <p>Among them are the losses that distill a teacher to a student of one to four steps:
 * continuous-time consistency (sCM) and latent adversarial distillation (LADD), as in SANA-Sprint
 * (arXiv 2503.09641).
 */
@NullMarked
package dev.sana4j.objective;

import org.jspecify.annotations.NullMarked;
