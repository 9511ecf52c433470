package dev.sana4j.document;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import dev.sana4j.architecture.ApiTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The public types of the API with the first sentence of their Javadoc, from the sources. */
final class JavaReference {
  private static final String HEAD =
      """
      # Java

      For people who call sana4j from Java. These packages are the API; everything else may change at any
      time. [Use sana4j from Java](../how-to/java.md) has examples, the Javadoc has every parameter and
      exception.
      """;

  private final DocTrees trees;
  private final Map<String, StringBuilder> packages = new TreeMap<>();

  private JavaReference(JavacTask task) {
    trees = DocTrees.instance(task);
  }

  static String markdown() {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(sources());
      var task = (JavacTask) compiler.getTask(null, files, null, null, null, units);
      var reference = new JavaReference(task);
      for (CompilationUnitTree unit : task.parse()) {
        reference.add(unit);
      }
      return HEAD + String.join("", reference.packages.values());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(MarkdownPages.ROOT, 9)) {
      files
          .filter(file -> file.toString().endsWith(".java") && isApi(file.toString()))
          .sorted()
          .forEach(sources::add);
    }
    return sources;
  }

  private static boolean isApi(String file) {
    int start = file.indexOf("/src/main/java/");
    if (start < 0 || file.contains("sana4j-testkit")) {
      return false;
    }
    String name = file.substring(start + "/src/main/java/".length()).replace('/', '.');
    String type = name.replaceFirst("\\.java$", "");
    String home = type.substring(0, type.lastIndexOf('.'));
    return ApiTest.API_PACKAGES.contains(home)
        && (!home.matches("dev.sana4j.(tensor|files)")
            || type.matches(".*\\.(DType|Device|SanaException|FileException|Remedy)"));
  }

  private void add(CompilationUnitTree unit) {
    String home = String.valueOf(unit.getPackageName());
    StringBuilder text =
        packages.computeIfAbsent(
            home,
            name -> new StringBuilder("\n## " + name + "\n\n| type | purpose |\n|---|---|\n"));
    for (Tree type : unit.getTypeDecls()) {
      if (type instanceof ClassTree declared) {
        add(new TreePath(new TreePath(unit), declared), "", text);
      }
    }
  }

  private void add(TreePath path, String outer, StringBuilder text) {
    var type = (ClassTree) path.getLeaf();
    boolean inInterface =
        path.getParentPath().getLeaf() instanceof ClassTree parent
            && parent.getKind() == Tree.Kind.INTERFACE;
    if (!inInterface && !type.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
      return;
    }
    String name = outer + type.getSimpleName();
    text.append("| `").append(name).append("` | ").append(sentence(path)).append(" |\n");
    for (Tree member : type.getMembers()) {
      var inner = new TreePath(path, member);
      if (member instanceof ClassTree) {
        add(inner, name + ".", text);
      } else if (member instanceof MethodTree method
          && type.getKind() != Tree.Kind.ENUM
          && (type.getKind() == Tree.Kind.INTERFACE || isPublic(method))
          && trees.getDocCommentTree(inner) != null) {
        text.append("| `").append(signature(name, method)).append("` | ");
        text.append(sentence(inner)).append(" |\n");
      }
    }
  }

  private static boolean isPublic(MethodTree method) {
    return method.getModifiers().getFlags().contains(Modifier.PUBLIC);
  }

  private static String signature(String type, MethodTree method) {
    String parameters =
        method.getParameters().stream()
            .map(given -> given.getType() + " " + given.getName())
            .collect(Collectors.joining(", "));
    String name = method.getName().toString();
    String called = name.equals("<init>") ? "new " + type : type + "." + name;
    return called + "(" + parameters + ")";
  }

  private String sentence(TreePath path) {
    DocCommentTree comment = trees.getDocCommentTree(path);
    if (comment == null) {
      return "";
    }
    return comment.getFirstSentence().stream()
        .map(JavaReference::plain)
        .collect(Collectors.joining())
        .replaceAll("\\s+", " ")
        .replace("|", "\\|")
        .strip();
  }

  private static String plain(DocTree part) {
    if (part instanceof LiteralTree literal) {
      return "`" + literal.getBody().toString().strip() + "`";
    }
    if (part instanceof LinkTree link) {
      return link.getLabel().isEmpty()
          ? "`" + link.getReference().toString().replaceFirst("^#", "").replace('#', '.') + "`"
          : link.getLabel().stream().map(DocTree::toString).collect(Collectors.joining());
    }
    return part.toString();
  }
}
