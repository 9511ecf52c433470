/**
 * Training losses, and the gradients of large networks in parts.
 *
 * <p>Among them is the distillation of a teacher to a student of one to four steps: continuous-time
 * consistency (sCM) with latent adversarial distillation (LADD), as in SANA-Sprint (arXiv
 * 2503.09641).
 */
@NullMarked
package dev.sana4j.objective;

import org.jspecify.annotations.NullMarked;
