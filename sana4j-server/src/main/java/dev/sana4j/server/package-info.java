/**
 * The HTTP server: {@link dev.sana4j.server.SanaServer} connects the APIs, the jobs, the filters
 * and the metrics.
 */
@NullMarked
package dev.sana4j.server;

import org.jspecify.annotations.NullMarked;
