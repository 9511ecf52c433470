package dev.sana4j.train;
import dev.sana4j.tensor.*;
import java.util.*;
final class GradientClip {
  static double norm(List<Tensor> g){ return Tensors.stack(g.stream().map(Tensor::norm).toList(),0).norm().item(); }
  static void clip_(List<Tensor> g,double norm,double max){ if(max>0&&norm>max) g.forEach(t->t.mul_(max/norm)); }
}
