/** Metrics of the server. */
@NullMarked
package dev.sana4j.server.metrics;

import org.jspecify.annotations.NullMarked;
