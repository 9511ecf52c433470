package dev.sana4j.server.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A finished image in a store, without its file.
 *
 * @param name under which clients fetch it
 * @param job id of the job
 * @param index which image of the job, from 0
 * @param seed of its noise
 * @param score of a judge, or null
 * @param width in pixels
 * @param height in pixels
 * @param format of the file
 * @param length of the file, in bytes
 * @param expires when the file is removed
 * @param present whether the store still has the file
 */
public record StoredImage(
    String name,
    String job,
    int index,
    long seed,
    @Nullable Double score,
    int width,
    int height,
    String format,
    int length,
    Instant expires,
    boolean present) {}
