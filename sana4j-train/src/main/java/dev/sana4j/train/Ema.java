package dev.sana4j.train;
import dev.sana4j.tensor.*;
import java.util.*;
final class Ema implements AutoCloseable {
  Map<String,Tensor> st=new LinkedHashMap<>(), src; double d;
  Ema(Map<String,Tensor> src,double d){this.src=src;this.d=d;src.forEach((n,t)->st.put(n,t.copy().keep()));}
  void update(long step){ double w=Math.min(d,(1.0+step)/(10+step)); src.forEach((n,t)->st.get(n).lerp_(t,1-w)); }
  Map<String,Tensor> state(){return st;}
  void restore(Map<String,Tensor> s){ TrainingState.copy(s, st); }
  public void close(){ st.values().forEach(Tensor::close);}
}
