//! Inclusion and consistency proofs, as in RFC 6962, section 2.1; checking as in RFC 9162,
//! sections 2.1.3.2 and 2.1.4.2.

use crate::hash::Hash;

/// Gives the hashes of complete subtrees, from which every proof is made.
pub trait HashReader {
    /// What can go wrong in reading.
    type Error;

    /// The root of the subtree over the leaves `index << height .. (index + 1) << height`.
    ///
    /// It is asked only for subtrees that lie whole in the tree a proof is made for.
    ///
    /// # Errors
    ///
    /// The reader's own.
    fn subtree(&self, height: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// The root of the tree over the first `size` leaves.
///
/// # Errors
///
/// Those of the reader.
pub fn root<R: HashReader>(size: u64, reader: &R) -> Result<Hash, R::Error> {
    if size == 0 { Ok(Hash::EMPTY) } else { range(0, size, reader) }
}

/// The inclusion proof of leaf `index` in the tree over `size` leaves, from the leaf's sibling up
/// to the root's child; empty if there is no such leaf.
///
/// # Errors
///
/// Those of the reader.
pub fn inclusion<R: HashReader>(index: u64, size: u64, reader: &R) -> Result<Vec<Hash>, R::Error> {
    let mut path = Vec::new();
    if index >= size {
        return Ok(path);
    }
    let (mut low, mut high) = (0, size);
    while high - low > 1 {
        let middle = low + left_part(high - low);
        if index < middle {
            path.push(range(middle, high, reader)?);
            high = middle;
        } else {
            path.push(range(low, middle, reader)?);
            low = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree over `old` leaves is the start of the tree over `new` leaves; empty if
/// `old` is zero, equal to `new` or beyond it.
///
/// # Errors
///
/// Those of the reader.
pub fn consistency<R: HashReader>(old: u64, new: u64, reader: &R) -> Result<Vec<Hash>, R::Error> {
    let mut path = Vec::new();
    if old == 0 || old >= new {
        return Ok(path);
    }
    let (mut low, mut high) = (0, new);
    while high != old {
        let middle = low + left_part(high - low);
        if old <= middle {
            path.push(range(middle, high, reader)?);
            high = middle;
        } else {
            path.push(range(low, middle, reader)?);
            low = middle;
        }
    }
    // A subtree that starts at the first leaf is the old tree itself, whose root is known.
    if low != 0 {
        path.push(range(low, high, reader)?);
    }
    path.reverse();
    Ok(path)
}

/// Checks that `leaf` is at `index` in the tree of `size` leaves that has this root.
#[must_use]
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = leaf;
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = Hash::node(*sibling, hash);
            skip_to_right_child(&mut node, &mut last);
        } else {
            hash = Hash::node(hash, *sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

/// A tree by its size and root, the two things that consistency is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// The number of leaves.
    pub size: u64,
    /// The root hash.
    pub root: Hash,
}

/// Checks that `old` is the start of `new`: nothing was changed or removed, only appended.
#[must_use]
pub fn verify_consistency(old: Tree, new: Tree, path: &[Hash]) -> bool {
    if old.size == 0 {
        return path.is_empty() && old.root == Hash::EMPTY;
    }
    if old.size >= new.size {
        return path.is_empty() && old == new;
    }
    // The root of a complete old tree is a node of the new one and is left out of the path.
    let (first, rest) = match path.split_first() {
        _ if old.size.is_power_of_two() => (old.root, path),
        Some((first, rest)) => (*first, rest),
        None => return false,
    };
    let (mut node, mut last) = (old.size - 1, new.size - 1);
    let shift = node.trailing_ones();
    node >>= shift;
    last >>= shift;
    let (mut old_hash, mut new_hash) = (first, first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = Hash::node(*sibling, old_hash);
            new_hash = Hash::node(*sibling, new_hash);
            skip_to_right_child(&mut node, &mut last);
        } else {
            new_hash = Hash::node(new_hash, *sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == old.root && new_hash == new.root
}

/// On the right edge, a node that is a left child has no sibling until further up.
fn skip_to_right_child(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}

/// The root over the leaves `low..high`, which must be a node of an RFC 6962 tree.
fn range<R: HashReader>(low: u64, high: u64, reader: &R) -> Result<Hash, R::Error> {
    let count = high - low;
    if count.is_power_of_two() {
        let height = count.trailing_zeros();
        return reader.subtree(height, low >> height);
    }
    let middle = low + left_part(count);
    Ok(Hash::node(range(low, middle, reader)?, range(middle, high, reader)?))
}

/// "k be the largest power of two smaller than n", for n of two or more.
fn left_part(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    struct Leaves(Vec<Hash>);

    impl Leaves {
        fn new(count: u64) -> Self {
            Self((0..count).map(|i| Hash::leaf(&i.to_be_bytes())).collect())
        }

        fn tree(&self, size: u64) -> Tree {
            Tree { size, root: Hash::root_of(&self.0[..usize::try_from(size).unwrap()]) }
        }
    }

    impl HashReader for Leaves {
        type Error = Infallible;

        fn subtree(&self, height: u32, index: u64) -> Result<Hash, Infallible> {
            let low = usize::try_from(index << height).unwrap();
            Ok(Hash::root_of(&self.0[low..low + (1 << height)]))
        }
    }

    #[test]
    fn every_leaf_of_every_size() {
        let leaves = Leaves::new(600);
        for size in 0..=600 {
            let tree = leaves.tree(size);
            assert_eq!(root(size, &leaves), Ok(tree.root));
            // All leaves of small trees, and of large ones those at the edges and some between.
            for index in (0..size).filter(|i| size <= 40 || size - i < 3 || i % 13 == size % 13) {
                let path = inclusion(index, size, &leaves).unwrap();
                let leaf = leaves.0[usize::try_from(index).unwrap()];
                assert!(verify_inclusion(leaf, index, size, &path, tree.root));
            }
        }
    }

    #[test]
    fn every_pair_of_small_sizes() {
        let leaves = Leaves::new(70);
        let trees: Vec<Tree> = (0..=70).map(|size| leaves.tree(size)).collect();
        for (at, new) in trees.iter().copied().enumerate() {
            for old in trees[..=at].iter().copied() {
                let path = consistency(old.size, new.size, &leaves).unwrap();
                assert!(verify_consistency(old, new, &path));
                if old == new {
                    continue;
                }
                for size in (0..=75).filter(|size| *size != old.size) {
                    let holds = verify_consistency(Tree { size, ..old }, new, &path);
                    assert!(!holds, "{old:?} to {new:?} must not hold from {size}");
                }
                let root = Hash([9; 32]);
                assert!(!verify_consistency(Tree { root, ..old }, new, &path));
                // From nothing, every tree follows.
                assert_eq!(verify_consistency(old, Tree { root, ..new }, &path), old.size == 0);
            }
        }
    }

    #[test]
    fn nothing_is_proven_about_what_is_not_there() {
        let leaves = Leaves::new(7);
        let tree = leaves.tree(7);
        assert_eq!(inclusion(7, 7, &leaves), Ok(vec![]));
        assert!(!verify_inclusion(tree.root, 7, 7, &[], tree.root));
        assert!(!verify_inclusion(tree.root, 0, 7, &[], tree.root), "the root is no leaf");
        assert!(!verify_inclusion(Hash::EMPTY, 0, 0, &[], Hash::EMPTY));
        assert!(!verify_consistency(tree, leaves.tree(5), &[]), "a tree does not shrink");
        assert!(!verify_consistency(leaves.tree(3), tree, &[]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_changed_inclusion_proof_fails(
            size in 1u64..=600, at in any::<u64>(), place in any::<usize>(), other in any::<u64>(),
        ) {
            let leaves = Leaves::new(size);
            let tree = leaves.tree(size);
            let index = at % size;
            let leaf = leaves.0[usize::try_from(index).unwrap()];
            let path = inclusion(index, size, &leaves).unwrap();
            prop_assert!(verify_inclusion(leaf, index, size, &path, tree.root));

            let other = other % size;
            if other != index {
                prop_assert!(!verify_inclusion(leaf, other, size, &path, tree.root));
            }
            let mut long = path.clone();
            long.push(Hash::EMPTY);
            prop_assert!(!verify_inclusion(leaf, index, size, &long, tree.root));
            if !path.is_empty() {
                let place = place % path.len();
                let mut bent = path.clone();
                bent[place].0[0] ^= 1;
                prop_assert!(!verify_inclusion(leaf, index, size, &bent, tree.root));
                prop_assert!(!verify_inclusion(leaf, index, size, &path[1..], tree.root));
            }
        }

        #[test]
        fn a_changed_consistency_proof_fails(
            new in 2u64..=600, at in any::<u64>(), place in any::<usize>(),
        ) {
            let leaves = Leaves::new(new);
            let old = 1 + at % (new - 1);
            let path = consistency(old, new, &leaves).unwrap();
            let (old, new) = (leaves.tree(old), leaves.tree(new));
            prop_assert!(verify_consistency(old, new, &path));

            let mut bent = path.clone();
            let place = place % path.len();
            bent[place].0[31] ^= 128;
            prop_assert!(!verify_consistency(old, new, &bent));
            prop_assert!(!verify_consistency(old, new, &path[..path.len() - 1]));
            let larger = Tree { size: old.size + 1, ..old };
            prop_assert!(!verify_consistency(larger, new, &path));
        }

        #[test]
        fn foreign_numbers_never_panic(
            index: u64, size: u64, new: u64, path in prop::collection::vec(any::<[u8; 32]>(), 0..70),
        ) {
            let path: Vec<Hash> = path.into_iter().map(Hash).collect();
            prop_assert!(!verify_inclusion(Hash::EMPTY, index, size, &path, Hash::EMPTY));
            let old = Tree { size, root: Hash([1; 32]) };
            let new = Tree { size: new, root: Hash([2; 32]) };
            prop_assert!(!verify_consistency(old, new, &path));
        }
    }
}
