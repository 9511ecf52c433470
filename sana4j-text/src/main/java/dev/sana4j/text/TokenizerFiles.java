package dev.sana4j.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes a trained vocabulary as files for the Hugging Face libraries, in the layout of Gemma's.
 *
 * <p>Source of the format: the serialization of the public tokenizers library.
 */
final class TokenizerFiles {
  /** The special tokens. Their position is their id; the first four are the same as in Gemma. */
  private static final List<String> SPECIAL =
      List.of("<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>");

  /** The special tokens and the 256 bytes, which start every vocabulary. */
  static final List<String> FIXED_TOKENS =
      Stream.concat(SPECIAL.stream(), IntStream.range(0, 256).mapToObj("<0x%02X>"::formatted))
          .toList();

  private static final String BOS = "<bos>";
  private static final Map<String, String> ROLES =
      Map.of("pad_token", "<pad>", "eos_token", "<eos>", "bos_token", BOS, "unk_token", "<unk>");
  private static final String TYPE = "type";
  private static final String SPACE = Character.toString(CaptionSegments.SPACE);
  private static final ObjectMapper JSON = StrictJson.mapper();

  private TokenizerFiles() {}

  /** Writes the three files, {@code tokenizer.json} last. */
  static void write(Path folder, List<String> tokens, List<PairMerger.Pair> merges) {
    try {
      Files.createDirectories(folder);
      write(folder.resolve("special_tokens_map.json"), roles());
      write(folder.resolve("tokenizer_config.json"), config());
      write(folder.resolve("tokenizer.json"), tokenizer(tokens, merges));
    } catch (IOException e) {
      throw new TextException("the tokenizer cannot be written to " + folder + ": " + e, e);
    }
  }

  private static void write(Path file, ObjectNode content) throws IOException {
    AtomicFile.write(
        file,
        AtomicFile.Mode.REPLACE,
        out -> out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content)));
  }

  private static ObjectNode roles() {
    ObjectNode roles = JSON.createObjectNode();
    ROLES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(role -> roles.put(role.getKey(), role.getValue()));
    return roles;
  }

  private static ObjectNode config() {
    return roles()
        .put("add_bos_token", true)
        .put("add_eos_token", false)
        .put("clean_up_tokenization_spaces", false)
        .put("model_max_length", 8192)
        .put("padding_side", "right")
        .put("tokenizer_class", "PreTrainedTokenizerFast");
  }

  private static ObjectNode tokenizer(List<String> tokens, List<PairMerger.Pair> merges) {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < SPECIAL.size(); id++) {
      added.add(addedToken(id));
    }
    root.set("normalizer", replacement(" ", SPACE));
    root.putNull("pre_tokenizer");
    root.set("post_processor", beginning());
    ArrayNode decoders = root.putObject("decoder").put(TYPE, "Sequence").putArray("decoders");
    decoders.add(replacement(SPACE, " "));
    decoders.addObject().put(TYPE, "ByteFallback");
    decoders.addObject().put(TYPE, "Fuse");
    root.set("model", model(tokens, merges));
    return root;
  }

  private static ObjectNode addedToken(int id) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("content", SPECIAL.get(id))
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  private static ObjectNode replacement(String from, String to) {
    ObjectNode replace = JSON.createObjectNode().put(TYPE, "Replace").put("content", to);
    replace.putObject("pattern").put("String", from);
    return replace;
  }

  /** Returns a processor that puts the start token before a text. */
  private static ObjectNode beginning() {
    ObjectNode processor = JSON.createObjectNode().put(TYPE, "TemplateProcessing");
    addBeginning(processor.putArray("single"), "A", 0);
    ArrayNode pair = processor.putArray("pair");
    addBeginning(pair, "A", 0);
    addBeginning(pair, "B", 1);
    ObjectNode bos = processor.putObject("special_tokens").putObject(BOS).put("id", BOS);
    bos.putArray("ids").add(SPECIAL.indexOf(BOS));
    bos.putArray("tokens").add(BOS);
    return processor;
  }

  private static void addBeginning(ArrayNode template, String sequence, int type) {
    template.addObject().putObject("SpecialToken").put("id", BOS).put("type_id", type);
    template.addObject().putObject("Sequence").put("id", sequence).put("type_id", type);
  }

  private static ObjectNode model(List<String> tokens, List<PairMerger.Pair> merges) {
    ObjectNode model = JSON.createObjectNode().put(TYPE, "BPE");
    model.putNull("dropout");
    model.put("unk_token", "<unk>");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode pairs = model.putArray("merges");
    merges.forEach(
        pair -> pairs.addArray().add(tokens.get(pair.left())).add(tokens.get(pair.right())));
    return model;
  }
}
