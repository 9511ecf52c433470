/**
 * From a prompt to token ids, on the heap and without libtorch.
 *
 * <p>Load a {@link dev.sana4j.text.Tokenizer} from a model folder's {@code tokenizer.json}, wrap it
 * in a {@link dev.sana4j.text.PromptTokenizer}, and ask it for the conditional and the
 * unconditional prompt. The answer, {@link dev.sana4j.text.PromptTokens}, says which ids the text
 * encoder reads and which of its output positions the diffusion transformer then attends to. {@link
 * dev.sana4j.text.ComplexHumanInstruction} holds the text SANA was trained to see before every
 * prompt. {@link dev.sana4j.text.TokenizerTrainer} learns a small vocabulary from captions.
 *
 * <p>Everything that can go wrong here, from a damaged file to a prompt of a megabyte, is a {@link
 * dev.sana4j.text.TextException} of one line.
 */
@NullMarked
package dev.sana4j.text;

import org.jspecify.annotations.NullMarked;
