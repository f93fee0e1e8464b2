//! Prints the connectors that were active when this program was built.

// The names of the connectors, and their IDs.
include!(concat!(env!("OUT_DIR"), "/connectors.rs"));

fn main() {
    println!("{} active connectors at build time", CONNECTORS.len());
    for (name, id) in CONNECTORS {
        println!("{name} {id}");
    }
}
