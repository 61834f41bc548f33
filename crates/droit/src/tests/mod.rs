mod cas;
mod chargement;
mod proprietes;
