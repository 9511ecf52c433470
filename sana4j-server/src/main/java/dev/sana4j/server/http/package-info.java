/**
 * Parts that all APIs share: reading requests within limits, errors, events, and disconnected
 * clients.
 */
@NullMarked
package dev.sana4j.server.http;

import org.jspecify.annotations.NullMarked;
