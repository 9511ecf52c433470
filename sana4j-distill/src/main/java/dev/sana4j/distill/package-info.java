/**
 * Distillation of a teacher to a student of one to four steps: continuous-time consistency (sCM)
 * with latent adversarial distillation (LADD), as in SANA-Sprint (arXiv 2503.09641).
 */
@NullMarked
package dev.sana4j.distill;

import org.jspecify.annotations.NullMarked;
