/**
 * Turns prompts into token ids. It uses the Java heap and does not need libtorch.
 *
 * <p>Load a {@link dev.sana4j.text.Tokenizer} from the {@code tokenizer.json} of a model folder,
 * wrap it in a {@link dev.sana4j.text.PromptTokenizer}, and tokenize the conditional and the
 * unconditional prompt with it. The result is a {@link dev.sana4j.text.PromptTokens}: the ids that
 * the text encoder reads, and the output positions that the diffusion transformer attends to.
 * {@link dev.sana4j.text.ComplexHumanInstruction} contains the text that SANA was trained to read
 * before every prompt. {@link dev.sana4j.text.TokenizerTrainer} learns a small vocabulary from
 * captions.
 *
 * <p>Every failure, such as a damaged file or a prompt that is too long, is a {@link
 * dev.sana4j.text.TextException} with a one-line message.
 */
@NullMarked
package dev.sana4j.text;

import org.jspecify.annotations.NullMarked;
