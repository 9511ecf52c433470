/** Reports of a training: event files, tables, curves and contact sheets. */
@NullMarked
package dev.sana4j.report;

import org.jspecify.annotations.NullMarked;
