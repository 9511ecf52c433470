package dev.sana4j.server.jobs;

/**
 * A client: the owner of jobs, and the unit of fair queueing.
 *
 * @param name of a key or an address, never the key itself
 */
public record Client(String name) {}
