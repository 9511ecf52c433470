/**
 * The Model Context Protocol: assistants generate, edit and upscale images with tools, over HTTP or
 * over the standard streams of a process.
 */
@NullMarked
package dev.sana4j.server.mcp;

import org.jspecify.annotations.NullMarked;
