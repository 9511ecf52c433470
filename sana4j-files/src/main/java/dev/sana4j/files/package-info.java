/**
 * Files and the machine they are on: folders that appear when they are complete, JSON that cannot
 * be trusted, where caches are, how much memory is free. All exceptions of sana4j are a {@link
 * dev.sana4j.files.SanaException}.
 */
@NullMarked
package dev.sana4j.files;

import org.jspecify.annotations.NullMarked;
