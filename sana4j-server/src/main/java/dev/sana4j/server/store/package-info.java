/**
 * Where jobs and their images are stored: in memory, or in a folder, where they survive a restart.
 *
 * <p>A store knows nothing of requests and pixels: orders and clients are JSON, images are files.
 */
@NullMarked
package dev.sana4j.server.store;

import org.jspecify.annotations.NullMarked;
