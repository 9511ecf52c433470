/** The configuration of the image model, its health and its metrics by Spring Boot. */
@NullMarked
package dev.sana4j.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
