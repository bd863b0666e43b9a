package dev.ponticello.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.util.List;

/** How a {@link Mutant} breaks a method. */
interface Change {
    /**
     * What turns the method into the broken one.
     *
     * @param made is run for each change that is made
     */
    MethodTransform of(MethodModel method, Runnable made);

    /** It does nothing, and returns nothing, zero, false or null. */
    static Change doesNothing() {
        return returns(0);
    }

    /** It returns this at once. */
    static Change returns(boolean value) {
        return returns(value ? 1 : 0);
    }

    private static Change returns(int value) {
        return (method, made) -> (builder, element) -> {
            if (element instanceof CodeModel) {
                made.run();
                builder.withCode(code -> {
                    ClassDesc type = method.methodTypeSymbol().returnType();
                    push(code, type, value);
                    code.return_(TypeKind.from(type));
                });
            } else {
                builder.with(element);
            }
        };
    }

    private static void push(CodeBuilder code, ClassDesc type, int value) {
        switch (TypeKind.from(type)) {
            case VOID -> {
            }
            case LONG -> code.loadConstant((long) value);
            case DOUBLE -> code.loadConstant((double) value);
            case FLOAT -> code.loadConstant((float) value);
            case REFERENCE -> code.aconst_null();
            default -> code.loadConstant(value);
        }
    }

    /** It does not call what has this name; where a result is needed, there is nothing, zero, false or null. */
    static Change omits(String call) {
        return calls(call, (code, invoke) -> {
            List<ClassDesc> parameters = invoke.typeSymbol().parameterList();
            for (ClassDesc parameter : parameters.reversed()) {
                pop(code, parameter);
            }
            if (invoke.opcode() != Opcode.INVOKESTATIC) {
                code.pop();
            }
            push(code, invoke.typeSymbol().returnType(), 0);
        });
    }

    private static void pop(CodeBuilder code, ClassDesc type) {
        if (TypeKind.from(type).slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    /** It calls another method of the same class and the same type. */
    static Change callsInstead(String right, String wrong) {
        return calls(right, (code, invoke) -> code.invoke(invoke.opcode(), invoke.owner().asSymbol(), wrong,
                invoke.typeSymbol(), invoke.isInterface()));
    }

    private static Change calls(String name, Call instead) {
        return (method, made) -> MethodTransform.transformingCode((code, element) -> {
            if (element instanceof InvokeInstruction invoke && invoke.name().equalsString(name)) {
                made.run();
                instead.write(code, invoke);
            } else {
                code.with(element);
            }
        });
    }

    /** Writes something in place of a call. */
    interface Call {
        void write(CodeBuilder code, InvokeInstruction invoke);
    }

    /** It goes the other way at one of the places where it branches, counted from 0. */
    static Change decidesWrongly(int place) {
        return atBranch(place, (code, branch) -> code.branch(inverse(branch.opcode()), branch.target()));
    }

    /** It takes one of the places where it branches, counted from 0, whatever the condition. */
    static Change branches(int place) {
        return atBranch(place, (code, branch) -> {
            code.pop();
            if (isOfTwo(branch.opcode())) {
                code.pop();
            }
            code.goto_(branch.target());
        });
    }

    /** Writes something in place of a branch. */
    interface Branch {
        void write(CodeBuilder code, BranchInstruction branch);
    }

    private static Change atBranch(int place, Branch instead) {
        return (method, made) -> MethodTransform.transformingCode(CodeTransform.ofStateful(() -> new CodeTransform() {
            private int places;

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                if (element instanceof BranchInstruction branch && isConditional(branch.opcode())
                        && places++ == place) {
                    made.run();
                    instead.write(code, branch);
                } else {
                    code.with(element);
                }
            }
        }));
    }

    private static boolean isOfTwo(Opcode opcode) {
        return opcode.name().startsWith("IF_");
    }

    private static boolean isConditional(Opcode opcode) {
        return opcode != Opcode.GOTO && opcode != Opcode.GOTO_W;
    }

    private static Opcode inverse(Opcode opcode) {
        return switch (opcode) {
            case IFEQ -> Opcode.IFNE;
            case IFNE -> Opcode.IFEQ;
            case IFLT -> Opcode.IFGE;
            case IFGE -> Opcode.IFLT;
            case IFGT -> Opcode.IFLE;
            case IFLE -> Opcode.IFGT;
            case IFNULL -> Opcode.IFNONNULL;
            case IFNONNULL -> Opcode.IFNULL;
            case IF_ICMPEQ -> Opcode.IF_ICMPNE;
            case IF_ICMPNE -> Opcode.IF_ICMPEQ;
            case IF_ICMPLT -> Opcode.IF_ICMPGE;
            case IF_ICMPGE -> Opcode.IF_ICMPLT;
            case IF_ICMPGT -> Opcode.IF_ICMPLE;
            case IF_ICMPLE -> Opcode.IF_ICMPGT;
            case IF_ACMPEQ -> Opcode.IF_ACMPNE;
            case IF_ACMPNE -> Opcode.IF_ACMPEQ;
            default -> throw new IllegalStateException("opcode: " + opcode + " (expected: a branch with a condition)");
        };
    }
}
