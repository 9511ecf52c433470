/**
 * The image model of LangChain4j: {@link dev.sana4j.langchain4j.SanaImageModel} generates and edits
 * images in this process.
 */
@NullMarked
package dev.sana4j.langchain4j;

import org.jspecify.annotations.NullMarked;
