/** API keys and prompt filters. */
@NullMarked
package dev.sana4j.server.safety;

import org.jspecify.annotations.NullMarked;
