package dev.sana4j.train;
import dev.sana4j.tensor.*;
import java.util.*;
final class Optimizer implements AutoCloseable {
  Map<String,Tensor> p; Map<String,Tensor> st=new LinkedHashMap<>(); List<Tensor> m=new ArrayList<>(),v=new ArrayList<>(),c=new ArrayList<>();
  OptimizerRecipe r;
  static Optimizer of(OptimizerRecipe r, Map<String,Tensor> masters){ var o=new Optimizer(); o.p=masters;o.r=r; masters.forEach((n,t)->{ Tensor a=Tensors.zeros(DType.FLOAT32,Device.CPU,t.shape()).keep(), b=Tensors.zeros(DType.FLOAT32,Device.CPU,t.shape()).keep(), cc=Tensors.zeros(DType.FLOAT32,Device.CPU).keep(); o.m.add(a);o.v.add(b);o.c.add(cc);o.st.put(n+".m",a);o.st.put(n+".v",b);o.st.put(n+".c",cc);}); return o; }
  void step(List<Tensor> g, double lr){ FusedAdamW.step(List.copyOf(p.values()), g, new FusedAdamW.Moments(m,v,c), new FusedAdamW.Settings(lr,r.beta1(),r.beta2(),1e-8,r.weightDecay())); }
  Map<String,Tensor> state(){return st;}
  void restore(Map<String,Tensor> s){ TrainingState.copy(s, st); }
  public void close(){ st.values().forEach(Tensor::close);}
}
