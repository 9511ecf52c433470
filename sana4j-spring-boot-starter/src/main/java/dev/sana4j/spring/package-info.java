/**
 * The image model of Spring AI: {@link dev.sana4j.spring.SanaImageModel} generates images in this
 * process, with {@link dev.sana4j.spring.SanaImageOptions}.
 */
@NullMarked
package dev.sana4j.spring;

import org.jspecify.annotations.NullMarked;
