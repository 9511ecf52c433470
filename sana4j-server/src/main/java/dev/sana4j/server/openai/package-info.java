/** The Images API of OpenAI. */
@NullMarked
package dev.sana4j.server.openai;

import org.jspecify.annotations.NullMarked;
