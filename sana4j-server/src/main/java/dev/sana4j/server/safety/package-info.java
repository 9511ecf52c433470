/** Who may ask, and what may be asked for. */
@NullMarked
package dev.sana4j.server.safety;

import org.jspecify.annotations.NullMarked;
