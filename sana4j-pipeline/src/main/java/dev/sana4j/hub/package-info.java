/** Model folders in the diffusers layout: where their parts are, and what they hold. */
@NullMarked
package dev.sana4j.hub;

import org.jspecify.annotations.NullMarked;
