/** The native API: jobs, their events and their images. */
@NullMarked
package dev.sana4j.server.nativeapi;

import org.jspecify.annotations.NullMarked;
