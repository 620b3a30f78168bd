; SPDX-License-Identifier: MIT
; SPDX-FileCopyrightText: The dotsys authors
.386
.model flat
.code
_SampleAnswer PROC
    mov eax, 42
    ret
_SampleAnswer ENDP
END
