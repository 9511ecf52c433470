/** What is counted and timed. */
@NullMarked
package dev.sana4j.server.metrics;

import org.jspecify.annotations.NullMarked;
