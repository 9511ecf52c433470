/** The files that sana4j stores outside of the folders that its user names. */
@NullMarked
package dev.sana4j.cli.cache;

import org.jspecify.annotations.NullMarked;
