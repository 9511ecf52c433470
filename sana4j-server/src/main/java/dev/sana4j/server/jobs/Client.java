package dev.sana4j.server.jobs;

/**
 * Who asks: whose turn it is, and who may see a job.
 *
 * @param name of a key or of an address, never the key itself
 */
public record Client(String name) {}
