/** Models of a hub, in the cache that Python has too. */
@NullMarked
package dev.sana4j.hub;

import org.jspecify.annotations.NullMarked;
