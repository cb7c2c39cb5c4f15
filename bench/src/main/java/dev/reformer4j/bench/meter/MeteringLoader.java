package dev.reformer4j.bench.meter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/// Loads the library anew, with a [Meter] around the kernels that it chooses.
///
/// So what is counted is the engine itself and not a model of it, and the engine needs no hook.
final class MeteringLoader extends ClassLoader {
  private static final String ROOT = "dev.reformer4j.";
  private static final String CHOICE = ROOT + "kernel.KernelChoice";
  private static final String CHOOSE = "choose";
  private static final ClassDesc KERNELS = ClassDesc.of(ROOT + "kernel.Kernels");
  private static final ClassDesc METER = ClassDesc.of(Meter.class.getName());

  MeteringLoader() {
    super("metering", MeteringLoader.class.getClassLoader());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(ROOT)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] code = name.equals(CHOICE) ? metered(bytes(name)) : bytes(name);
        loaded = defineClass(name, code, 0, code.length);
      }
      return loaded;
    }
  }

  /// The class with `return Meter.around(kernels)` where its method that chooses had `return
  /// kernels`.
  private static byte[] metered(byte[] code) {
    ClassFile classFile = ClassFile.of();
    return classFile.transformClass(
        classFile.parse(code),
        ClassTransform.transformingMethodBodies(
            method -> method.methodName().equalsString(CHOOSE),
            (builder, element) -> {
              if (element instanceof ReturnInstruction) {
                builder.invokestatic(METER, "around", MethodTypeDesc.of(KERNELS, KERNELS));
              }
              builder.with(element);
            }));
  }

  private byte[] bytes(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
