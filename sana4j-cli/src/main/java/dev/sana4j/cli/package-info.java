/** The command line: results on standard output, everything else on standard error. */
@NullMarked
package dev.sana4j.cli;

import org.jspecify.annotations.NullMarked;
