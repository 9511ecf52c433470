/**
 * Images over HTTP: {@link dev.sana4j.server.SanaServer} joins the interfaces, the jobs, what keeps
 * them safe and what measures them.
 */
@NullMarked
package dev.sana4j.server;

import org.jspecify.annotations.NullMarked;
