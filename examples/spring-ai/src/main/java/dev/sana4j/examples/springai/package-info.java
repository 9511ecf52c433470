/** A web application that generates images with Spring AI and sana4j. */
@NullMarked
package dev.sana4j.examples.springai;

import org.jspecify.annotations.NullMarked;
