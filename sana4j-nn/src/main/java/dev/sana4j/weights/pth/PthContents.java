package dev.sana4j.weights.pth;

import dev.sana4j.files.QuotedText;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.TensorName;
import dev.sana4j.weights.pth.PickleValue.Dict;
import dev.sana4j.weights.pth.PickleValue.Storage;
import dev.sana4j.weights.pth.PickleValue.View;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a checkpoint by name, read from its pickle. They are in the innermost {@code
 * state_dict}, {@code model} or {@code module}, or in the outermost dict.
 */
final class PthContents {
  private static final List<String> WRAPPERS = List.of("model", "module", "state_dict");

  private final Path file;
  private final Map<String, View> views = new LinkedHashMap<>();

  private PthContents(Path file) {
    this.file = file;
  }

  /**
   * Reads a pickle.
   *
   * @throws CheckpointException if the pickle is damaged, contains disallowed values, or no tensors
   */
  static PthContents read(Path file, byte[] pickle) {
    return of(file, Unpickler.read(file, pickle));
  }

  /** Finds the tensors in a value that was read. */
  static PthContents of(Path file, PickleValue value) {
    PthContents contents = new PthContents(file);
    contents.add(contents.stateDict(value));
    return contents;
  }

  private Dict stateDict(PickleValue value) {
    if (!(value instanceof Dict outermost)) {
      throw refusal("expected a dict of tensors, got something else");
    }
    Dict dict = outermost;
    for (String wrapper : WRAPPERS) {
      if (dict.get(wrapper) instanceof Dict inner) {
        dict = inner;
      }
    }
    return dict;
  }

  private void add(Dict stateDict) {
    stateDict
        .entries()
        .forEach(
            (key, value) -> {
              if (!(key instanceof String name) || !TensorName.isValid(name)) {
                throw refusal("expected strings of 1 to 1024 characters as names of tensors");
              }
              if (!(value instanceof View view)) {
                throw refusal(
                    "expected '%s' to be a tensor, got something else"
                        .formatted(QuotedText.clip(name)));
              }
              views.put(name, view);
            });
    if (views.isEmpty()) {
      throw refusal("expected tensors, got none");
    }
    requireOneTypeEach();
  }

  private void requireOneTypeEach() {
    Map<String, Storage> storages = new HashMap<>();
    for (View view : views.values()) {
      Storage storage = view.storage();
      Storage known = storages.putIfAbsent(storage.key(), storage);
      if (known != null && !known.equals(storage)) {
        throw refusal(
            "the storage '%s' is used with two types or sizes"
                .formatted(QuotedText.clip(storage.key())));
      }
    }
  }

  /** Returns the tensors in the order of the pickle. */
  Map<String, View> views() {
    return Collections.unmodifiableMap(views);
  }

  private CheckpointException refusal(String problem) {
    return new CheckpointException(file + ": " + problem);
  }
}
