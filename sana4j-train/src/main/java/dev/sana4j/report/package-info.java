/** Reports of a training: event files, tables, curves. */
@NullMarked
package dev.sana4j.report;

import org.jspecify.annotations.NullMarked;
