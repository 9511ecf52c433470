/** The API of AUTOMATIC1111's web UI, as far as front ends use it. */
@NullMarked
package dev.sana4j.server.sdapi;

import org.jspecify.annotations.NullMarked;
