//! Whether compiled code may call the allocation callbacks.
//!
//! LLVM reaches a callback through the table at the start of the context: an instruction that reads or calls
//! `[register + 72]` for `allocate` (index 9). The search looks for the encodings of such an access at every byte of the
//! code, so it may also find bytes that only look like one. This does no harm: the flag only makes the runtime track the
//! allocations of compiled code, and allocations work with and without it.

use xls_aot_runtime::abi::callback;

/// Offset of `allocate` in the table, which fits the one-byte displacement that every assembler then uses.
const DISPLACEMENT: u8 = (8 * callback::ALLOCATE) as u8;

/// Whether `code` (any bytes that contain all of the code) may call `allocate`.
pub(crate) fn may_allocate(code: &[u8]) -> bool {
    code.windows(4).any(|window| {
        let [opcode, modrm, next, behind] = [window[0], window[1], window[2], window[3]];
        // 8b /r loads a register; ff /2 and ff /4 call and jump through memory.
        let reads = opcode == 0x8b || (opcode == 0xff && matches!(modrm >> 3 & 7, 2 | 4));
        let (one_byte_displacement, has_sib) = (modrm >> 6 == 1, modrm & 7 == 4);
        reads && one_byte_displacement && if has_sib { behind == DISPLACEMENT } else { next == DISPLACEMENT }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accesses_of_the_entry_are_found() {
        assert!(may_allocate(&[0x49, 0x8b, 0x46, 0x48, 0x90]), "mov rax, [r14 + 72]");
        assert!(may_allocate(&[0xff, 0x57, 0x48, 0xc3]), "call [rdi + 72]");
        assert!(may_allocate(&[0x41, 0xff, 0x54, 0x24, 0x48]), "call [r12 + 72]");
        assert!(!may_allocate(&[0xff, 0x57, 0x20, 0xc3]), "call [rdi + 32]: record_assertion");
        assert!(!may_allocate(&[]));
    }
}
