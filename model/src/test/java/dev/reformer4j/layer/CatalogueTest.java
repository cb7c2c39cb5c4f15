package dev.reformer4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// No layer escapes the laws.
class CatalogueTest {
  /// How a layer goes backward: by itself, as a branch, or as what works on panels.
  private static final Set<String> WAYS_BACK = Set.of("backward", "undo", "work");

  @Test
  void everyLayerIsInTheCatalogue() throws Exception {
    Set<String> known =
        Catalogue.all()
            .map(named -> named.getPayload().layer().getName())
            .collect(Collectors.toSet());

    assertThat(layers())
        .isEqualTo(known)
        .contains(Dense.class.getName(), Embeddings.class.getName());
  }

  /// All classes of the package that can go backward, as the class files say.
  private static Set<String> layers() throws URISyntaxException, IOException {
    Path root = Path.of(Dense.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path folder = root.resolve(Dense.class.getPackageName().replace('.', '/'));
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".class") && !file.equals("package-info.class"))
          .map(file -> classOf(file.substring(0, file.length() - ".class".length())))
          .filter(CatalogueTest::isLayer)
          .map(Class::getName)
          .collect(Collectors.toSet());
    }
  }

  private static Class<?> classOf(String file) {
    try {
      return Class.forName(
          Dense.class.getPackageName() + "." + file, false, Dense.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isLayer(Class<?> type) {
    return !type.isInterface()
        && !Modifier.isAbstract(type.getModifiers())
        && type.getNestHost() == type
        && Stream.<Class<?>>iterate(type, c -> c != null, Class::getSuperclass)
            .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
            .anyMatch(method ->
                WAYS_BACK.contains(method.getName()) && !Modifier.isStatic(method.getModifiers()));
  }
}
