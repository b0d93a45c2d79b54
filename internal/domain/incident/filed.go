package incident

import "tocsin/internal/domain/record"

// AsFiled puts a filing together again from its fact and its texts. A disposed text (nil) leaves its fields empty.
func AsFiled(r *Reported, c Content) (Filing, error) {
	f := Filing{Entity: r.Entity, Kind: r.Kind, Incident: r.Number, Categories: r.Categories,
		CrimeSuspected: r.CrimeSuspected, TerrorismSuspected: r.TerrorismSuspected, OutageMinutes: r.OutageMinutes,
		MediaCoverage: r.MediaCoverage}
	f.OccurredAt, f.DiscoveredAt = written(r.Occurred), written(r.Discovered)
	if r.PIInvolved != "" || len(r.PITypes) > 0 || len(r.Residents) > 0 {
		f.PersonalInformation = &PersonalInformation{Involved: r.PIInvolved, Types: r.PITypes, Residents: r.Residents}
	}
	im := Impact{HumanSafety: r.HumanSafety, AssetRating: r.AssetRating, LiabilityUSD: r.LiabilityUSD, InformationClass: r.InformationClass,
		Functional: r.FunctionalImpact, Information: r.InformationImpact, Recoverability: r.Recoverability}
	if im.Stated() {
		f.Impact = &im
	}
	err := f.Restore(c)
	return f, err
}

func written(m *record.Moment) string {
	if m == nil {
		return ""
	}
	return m.Time().Format("2006-01-02T15:04:05.999999Z07:00")
}
