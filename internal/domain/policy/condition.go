package policy

import (
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// condition is a compiled and type-checked expression. Planning it for evaluation waits for its first use, which keeps
// the start of a program that asks few rules short.
type condition struct {
	index int // in the pack's conditions
	uses  mask
	ast   *cel.Ast

	plan sync.Once
	prog cel.Program
	// dark is the answer while none of the variables it uses is stated, and darkOpen what it then hangs on. Most rules
	// are asked in exactly that state, so it is worked out once.
	dark     Answer
	darkOpen mask
}

// always holds without being asked.
var always *condition

// maxCost bounds what a condition may cost to evaluate, in the expression language's own estimate, with the sizes below.
const maxCost = 20000

// sizes bounds the inputs for that estimate.
type sizes struct{}

// EstimateSize says how large an input can be: lists and maps a hundred entries, texts 256 characters.
func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	size := cost.SizeEstimate{Min: 0, Max: 256}
	if k := n.Type().Kind(); k == types.ListKind || k == types.MapKind {
		size.Max = 100
	}
	return &size
}

// EstimateCallCost leaves calls to the language's own estimate.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// compile checks an expression; before is the stage at which it is asked. Whatever is wrong is reported at its place.
func (c *checker) compile(t text, before stage) *condition {
	if t.S == "" {
		return always
	}
	env, err := environment()
	if err != nil {
		c.add(t.Pos, "", "the expression language cannot be set up: %v", err)
		return always
	}
	tree, issues := env.Compile(t.S)
	if issues.Err() != nil {
		for _, e := range issues.Errors() {
			c.add(inside(t, e.Location.Line(), e.Location.Column()), "the inputs are listed in the schema under when", "condition: %s", firstLine(e.Message))
		}
		return always
	}
	if !tree.OutputType().IsExactType(cel.BoolType) {
		c.add(t.Pos, "compare it with something", "a condition must be true or false, not %s", tree.OutputType())
		return always
	}
	if est, err := env.EstimateCost(tree, sizes{}); err != nil || est.Max > maxCost {
		c.add(t.Pos, "say it more simply", "the condition may cost %d to evaluate, more than %d", est.Max, maxCost)
	}
	out := &condition{ast: tree}
	c.walk(t, tree, before, out)
	return out
}

// walk notes which variables the expression uses and holds its constants against what those variables can be.
func (c *checker) walk(t text, tree *cel.Ast, before stage, out *condition) {
	info := tree.NativeRep().SourceInfo()
	at := func(e ast.Expr) Pos {
		loc := info.GetStartLocation(e.ID())
		return inside(t, loc.Line(), loc.Column())
	}
	ast.PostOrderVisit(tree.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.IdentKind:
			if i, ok := variableIndex[e.AsIdent()]; ok {
				out.uses |= 1 << i
				if variables[i].stage > before {
					c.add(at(e), "ask for what the report states", "%s is not known yet where this condition is asked", e.AsIdent())
				}
			}
		case ast.SelectKind:
			s := e.AsSelect()
			if v, ok := variableOf(s.Operand()); ok && v.event && !slices.Contains(eventNames, s.FieldName()) {
				c.add(at(e), oneOf(s.FieldName(), eventNames), "there is no event %q", s.FieldName())
			}
		case ast.CallKind:
			c.compared(e.AsCall(), at)
		}
	}))
}

// compared checks the constants that a variable is compared with or looked up among.
func (c *checker) compared(call ast.CallExpr, at func(ast.Expr) Pos) {
	if call.IsMemberFunction() || len(call.Args()) != 2 {
		return
	}
	switch call.FunctionName() {
	case operators.Equals, operators.NotEquals, operators.In, operators.Index:
	default:
		return
	}
	a, b := call.Args()[0], call.Args()[1]
	v, ok := variableOf(a)
	if !ok {
		v, ok = variableOf(b)
		a, b = b, a
	}
	if !ok {
		return
	}
	known := c.valuesOf(v)
	if known == nil {
		return
	}
	for _, lit := range literals(b) {
		s, ok := lit.AsLiteral().Value().(string)
		if ok && !slices.Contains(known, s) {
			c.add(at(lit), oneOf(s, known), "%s is never %q", v.name, s)
		}
	}
}

// valuesOf lists all that a variable, or an element or key of it, can be; nil where that is open.
func (c *checker) valuesOf(v variable) []string {
	switch {
	case v.event:
		return eventNames
	case v.cat:
		return c.categories
	case v.pi:
		return c.piTypes
	}
	return v.values
}

func variableOf(e ast.Expr) (variable, bool) {
	if e.Kind() != ast.IdentKind {
		return variable{}, false
	}
	i, ok := variableIndex[e.AsIdent()]
	if !ok {
		return variable{}, false
	}
	return variables[i], true
}

// literals lists the constants in an expression that is one, or a list of them.
func literals(e ast.Expr) []ast.Expr {
	switch e.Kind() {
	case ast.LiteralKind:
		return []ast.Expr{e}
	case ast.ListKind:
		var out []ast.Expr
		for _, el := range e.AsList().Elements() {
			out = append(out, literals(el)...)
		}
		return out
	}
	return nil
}

// inside is the place of line and column of an expression within the pack's file. The expression language counts columns
// from 0. In a block text the indentation is not known here; its line is exact.
func inside(t text, line, column int) Pos {
	p := t.Pos
	line = max(line, 1)
	if t.Block {
		p.Line += line
		p.Column = max(column, 0) + 1
		return p
	}
	if line > 1 {
		p.Line += line - 1
		return p
	}
	p.Column += max(column, 0)
	return p
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// prepare plans the expression and works out its answer in the dark.
func (c *condition) prepare() {
	env, err := environment()
	if err == nil {
		c.prog, err = env.Program(c.ast, cel.EvalOptions(cel.OptPartialEval|cel.OptOptimize))
	}
	if err != nil { // it type-checked, so this is a fault of ours: no rule may then be taken as not holding
		c.dark, c.darkOpen = Unknown, c.uses
		return
	}
	nothing := &activation{unknown: unknownPatterns[:]}
	c.dark, c.darkOpen = c.eval(nothing)
}

// ask answers the condition for the inputs. open names the variables that an Unknown hangs on.
func (c *condition) ask(a *activation) (answer Answer, open mask) {
	if c == always {
		return Yes, 0
	}
	c.plan.Do(c.prepare)
	if c.prog == nil || c.uses&a.stated == 0 {
		return c.dark, c.darkOpen
	}
	return c.eval(a)
}

// eval runs the program. An evaluation that fails, as by a division by zero, leaves the answer unknown: unknown is never no.
func (c *condition) eval(a *activation) (Answer, mask) {
	v, _, err := c.prog.Eval(a)
	switch v := v.(type) {
	case types.Bool:
		if err == nil && v {
			return Yes, 0
		}
		if err == nil {
			return No, 0
		}
	case *types.Unknown:
		return Unknown, trails(v)
	}
	return Unknown, 0
}

// trails names the variables behind an unknown result.
func trails(u *types.Unknown) (m mask) {
	for _, id := range u.IDs() {
		list, _ := u.GetAttributeTrails(id)
		for _, trail := range list {
			if i, ok := variableIndex[trail.Variable()]; ok {
				m |= 1 << i
			}
		}
	}
	return m
}

// names lists the variables of a set, in the order of the vocabulary.
func (m mask) names() []string {
	var out []string
	for i := range variableCount {
		if m.has(i) {
			out = append(out, variables[i].name)
		}
	}
	return out
}
