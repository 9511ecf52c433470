/** Downloads models from a hub to the cache that is shared with Python. */
@NullMarked
package dev.sana4j.hub;

import org.jspecify.annotations.NullMarked;
