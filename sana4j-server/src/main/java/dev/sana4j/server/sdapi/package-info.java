/** The interface of AUTOMATIC1111's web UI, as far as front ends call it. */
@NullMarked
package dev.sana4j.server.sdapi;

import org.jspecify.annotations.NullMarked;
