//! Compares the memory layout of parameters and result in libxls with the layout of the ABI.
//!
//! Types, sizes and the offset of every leaf must be the same. Alignments in libxls may be larger: libxls states the
//! alignment that LLVM prefers for a buffer (8 for a small tuple). But its loads and stores assume only the ABI
//! alignment of the accessed value, and a tuple inside an array has no larger alignment either.

use xls_aot_ir::{Function, Type};
use xls_aot_layout::{layout_of, tuple_offsets, Layout};
use xlsynth::aot_entrypoint_metadata::{AotElementLayout, AotFunctionSignature, AotType, AotTypeLayout};
use xlsynth::AotEntrypointMetadata;

/// Checks that libxls laid out the values that cross the boundary of `function` as we do.
///
/// # Errors
/// The first disagreement, naming the type.
pub(crate) fn check(
    function: &Function,
    metadata: &AotEntrypointMetadata,
    signature: &AotFunctionSignature,
) -> Result<(), String> {
    let params: Vec<&Type> = function.params.iter().map(|&id| &function.node(id).ty).collect();
    let counts = [signature.params.len(), metadata.input_buffer_sizes.len(), signature.input_layouts.len()];
    if counts.iter().any(|&count| count != params.len()) || metadata.output_buffer_sizes.len() != 1 {
        return Err(format!(
            "libxls sees {counts:?} parameters and {} results in {}",
            metadata.output_buffer_sizes.len(),
            function.signature()
        ));
    }
    for (i, ty) in params.into_iter().enumerate() {
        let buffer = (metadata.input_buffer_sizes[i], metadata.input_buffer_alignments[i]);
        check_value(ty, &signature.params[i].ty, buffer, &signature.input_layouts[i])?;
    }
    let buffer = (metadata.output_buffer_sizes[0], metadata.output_buffer_alignments[0]);
    check_value(&function.return_type, &signature.return_type, buffer, &signature.output_layouts[0])
}

fn check_value(
    ty: &Type,
    theirs: &AotType,
    (size, align): (usize, usize),
    leaves: &AotTypeLayout,
) -> Result<(), String> {
    let ours = layout_of(ty).map_err(|error| error.to_string())?;
    if !same_type(ty, theirs) {
        return Err(format!("libxls takes type {ty} for {theirs:?}"));
    }
    if size as u64 != ours.size || leaves.size as u64 != ours.size {
        return Err(format!("type {ty} takes {} bytes, but libxls says {size} and {}", ours.size, leaves.size));
    }
    if !align.is_power_of_two() || (align as u64) < ours.align {
        return Err(format!("type {ty} is aligned to {} bytes, but libxls says {align}", ours.align));
    }
    let mut stated = leaves.elements.iter();
    check_leaves(ty, 0, &mut stated)?;
    match stated.next() {
        None => Ok(()),
        Some(more) => Err(format!("libxls sees another leaf in type {ty}: {more:?}")),
    }
}

fn same_type(ours: &Type, theirs: &AotType) -> bool {
    match (ours, theirs) {
        (Type::Bits(width), AotType::Bits { bit_count }) => *bit_count == *width as usize,
        (Type::Token, AotType::Token) => true,
        (Type::Tuple(ours), AotType::Tuple { elements }) => {
            ours.len() == elements.len() && ours.iter().zip(elements).all(|(ours, theirs)| same_type(ours, theirs))
        }
        (Type::Array(array), AotType::Array { size, element }) => {
            array.len == *size as u64 && same_type(&array.element, element)
        }
        _ => false,
    }
}

/// Takes the leaves of `ty`, a value at `offset`, from what libxls states.
fn check_leaves<'a>(
    ty: &Type,
    offset: u64,
    stated: &mut impl Iterator<Item = &'a AotElementLayout>,
) -> Result<(), String> {
    match ty {
        Type::Bits(width) => {
            let Layout { size, .. } = layout_of(ty).map_err(|error| error.to_string())?;
            let data = u64::from(width.div_ceil(8));
            let ours = (offset, data, size);
            match stated.next() {
                Some(leaf) if (leaf.offset as u64, leaf.data_size as u64, leaf.padded_size as u64) == ours => Ok(()),
                theirs => Err(format!(
                    "a leaf of type {ty} is (offset, bytes of data, bytes) = {ours:?}, but libxls says {theirs:?}"
                )),
            }
        }
        Type::Token => match stated.next() {
            Some(leaf) if (leaf.offset as u64, leaf.data_size, leaf.padded_size) == (offset, 0, 0) => Ok(()),
            theirs => Err(format!("a token at offset {offset} has no data, but libxls says {theirs:?}")),
        },
        Type::Tuple(elements) => {
            let offsets = tuple_offsets(elements).map_err(|error| error.to_string())?;
            elements.iter().zip(offsets).try_for_each(|(ty, at)| check_leaves(ty, offset + at, stated))
        }
        Type::Array(array) => {
            let stride = layout_of(&array.element).map_err(|error| error.to_string())?.size;
            (0..array.len).try_for_each(|i| check_leaves(&array.element, offset + i * stride, stated))
        }
    }
}
