; SPDX-License-Identifier: MIT
; SPDX-FileCopyrightText: The dotsys authors
EXTERN SampleMore:PROC
.code
SampleAnswer PROC
    jmp SampleMore
SampleAnswer ENDP
END
