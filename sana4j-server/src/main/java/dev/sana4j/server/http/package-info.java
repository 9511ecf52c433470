/**
 * What the interfaces have in common: requests read with bounds, errors, events, clients that go.
 */
@NullMarked
package dev.sana4j.server.http;

import org.jspecify.annotations.NullMarked;
