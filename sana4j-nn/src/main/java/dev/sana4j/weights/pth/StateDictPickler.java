package dev.sana4j.weights.pth;

import dev.sana4j.tensor.DType;
import dev.sana4j.weights.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes {@code {"state_dict": {name: tensor}}} as a pickle of protocol 2, which {@code
 * torch.load(weights_only=True)} reads. Each tensor is a call of {@code _rebuild_tensor_v2} on a
 * storage that is named by its number.
 */
final class StateDictPickler {
  private static final char PROTO = 0x80;
  private static final char LONG1 = 0x8a;
  private static final char NEWFALSE = 0x89;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, Integer> globals = new HashMap<>();

  byte[] pickle(List<TensorSpec> tensors) {
    code(PROTO);
    out.write(2);
    code('}');
    text("state_dict");
    code('}');
    code('(');
    for (int i = 0; i < tensors.size(); i++) {
      text(tensors.get(i).name());
      tensor(i, tensors.get(i));
    }
    code('u'); // put all of them into the inner dict
    code('s'); // put the inner dict into the outer one
    code('.');
    return out.toByteArray();
  }

  private void tensor(int index, TensorSpec tensor) {
    global("torch._utils._rebuild_tensor_v2");
    code('(');
    storage(index, tensor.dtype(), tensor.elements());
    whole(0);
    sizes(tensor.shape());
    sizes(strides(tensor.shape()));
    code(NEWFALSE); // requires_grad
    global("collections.OrderedDict");
    code(')');
    code('R');
    code('t');
    code('R');
  }

  private void storage(int index, DType dtype, long count) {
    code('(');
    text("storage");
    global(PickleCalls.storageName(dtype));
    text(Integer.toString(index));
    text("cpu");
    whole(count);
    code('t');
    code('Q');
  }

  private static List<Long> strides(List<Long> shape) {
    Long[] strides = new Long[shape.size()];
    long stride = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(shape.get(i), 1);
    }
    return List.of(strides);
  }

  private void sizes(List<Long> sizes) {
    code('(');
    sizes.forEach(this::whole);
    code('t');
  }

  /** Writes the name in full the first time, and its number in the memo afterwards. */
  private void global(String path) {
    Integer known = globals.get(path);
    if (known != null) {
      code('h');
      out.write(known);
      return;
    }
    int dot = path.lastIndexOf('.');
    code('c');
    out.writeBytes(utf8(path.substring(0, dot) + "\n" + path.substring(dot + 1) + "\n"));
    code('q');
    out.write(globals.size());
    globals.put(path, globals.size());
  }

  private void text(String text) {
    byte[] bytes = utf8(text);
    code('X');
    out.writeBytes(littleEndian(Integer.BYTES).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  private void whole(long number) {
    if (number == (int) number) {
      code('J');
      out.writeBytes(littleEndian(Integer.BYTES).putInt((int) number).array());
    } else {
      code(LONG1);
      out.write(Long.BYTES);
      out.writeBytes(littleEndian(Long.BYTES).putLong(number).array());
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void code(char opcode) {
    out.write(opcode);
  }
}
